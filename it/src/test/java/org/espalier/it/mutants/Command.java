package org.espalier.it.mutants;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.regex.Pattern;
import org.espalier.api.EspalierException;

/**
 * What the command line answered.
 *
 * @param exit its status
 * @param message the line that tells why it failed
 * @param err all that it printed about failures
 */
record Command(int exit, String message, String err) {
  private static final Pattern RAW = Pattern.compile("\\w(Exception|Error)\\b");
  private static final int LONGEST = 2500;

  static Command run(Object... arguments) {
    String[] texts = new String[arguments.length + 1];
    for (int i = 0; i < arguments.length; i++) {
      texts[i] = arguments[i].toString();
    }
    texts[arguments.length] = "--stacktrace";
    StringWriter err = new StringWriter();
    int exit;
    try {
      // Only the command's own package may start it without ending the process.
      Method execute =
          Class.forName("org.espalier.cli.Main")
              .getDeclaredMethod("execute", PrintWriter.class, PrintWriter.class, String[].class);
      execute.setAccessible(true);
      exit =
          (Integer)
              execute.invoke(
                  null, new PrintWriter(new StringWriter()), new PrintWriter(err), texts);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(
          e instanceof InvocationTargetException wrapped ? wrapped.getCause() : e);
    }
    String text = err.toString();
    int last = text.lastIndexOf("\nespalier: ");
    String message = last < 0 ? text.strip() : text.substring(last + 1).strip();
    return new Command(exit, message, text);
  }

  /** Whether it succeeded or failed for a reason that its user was told in one line. */
  boolean clear() {
    return exit == 0
        || (exit <= 2
            && message.startsWith("espalier: ")
            && message.length() <= LONGEST
            && message.codePoints().noneMatch(Character::isISOControl)
            && !message.contains("--stacktrace")
            && !message.startsWith("espalier: not enough memory")
            && err.startsWith(EspalierException.class.getName())
            && !RAW.matcher(message).find());
  }
}
