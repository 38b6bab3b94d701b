package org.espalier.cli;

import java.io.PrintWriter;
import org.espalier.tf.report.ProgressListener;

/** Shows how training stands. Closing it leaves the cursor on a line of its own. */
interface ProgressDisplay extends ProgressListener, AutoCloseable {
  /** Set by the launcher where standard error is a terminal, which Java cannot tell by itself. */
  String TERMINAL = "espalier.terminal";

  /**
   * Returns a display on standard error, or of plain lines to {@code err} where that is a file.
   *
   * @param title shown before the first stage, so that what fails before it is told in one line
   */
  static ProgressDisplay on(PrintWriter err, String title) {
    return Boolean.getBoolean(TERMINAL)
        ? new BarProgress(System.err, title)
        : new LineProgress(err, title, System::nanoTime);
  }

  @Override
  void close();
}
