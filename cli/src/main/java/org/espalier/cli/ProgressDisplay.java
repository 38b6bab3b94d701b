package org.espalier.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.espalier.tf.report.ProgressListener;

/** Shows how training stands. Closing it leaves the cursor on a line of its own. */
interface ProgressDisplay extends ProgressListener, AutoCloseable {
  /**
   * The terminal's file, set by the launcher where standard error is one. Java cannot tell by
   * itself, and the launcher takes the lines of TensorFlow's log out of standard error.
   */
  String TERMINAL = "espalier.terminal";

  /**
   * Returns a display on the terminal, or of plain lines to {@code err} where there is none.
   *
   * @param title shown before the first stage, so that what fails before it is told in one line
   */
  static ProgressDisplay on(PrintWriter err, String title) {
    String terminal = System.getProperty(TERMINAL, "");
    if (!terminal.isEmpty()) {
      try {
        return new BarProgress(new PrintStream(terminal, StandardCharsets.UTF_8), title);
      } catch (IOException e) {
        // A terminal that cannot be opened is none.
      }
    }
    return new LineProgress(err, title, System::nanoTime);
  }

  @Override
  void close();
}
