package org.espalier.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command left that ran in this process.
 *
 * @param exit its exit status
 * @param out standard output
 * @param err standard error
 */
record Cli(int exit, String out, String err) {

  static Cli run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exit = Main.execute(new PrintWriter(out), new PrintWriter(err), texts);
    return new Cli(exit, out.toString(), err.toString());
  }

  JsonObject json() {
    return JsonParser.parseString(out).getAsJsonObject();
  }
}
