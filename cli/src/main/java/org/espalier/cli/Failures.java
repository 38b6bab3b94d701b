package org.espalier.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.espalier.api.EspalierException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says in one line why a command failed. */
final class Failures implements IExecutionExceptionHandler {
  /** The exit status of a command that failed. */
  static final int FAILED = 1;

  /** Characters of a message; a damaged file can hold names of any length. */
  private static final int LONGEST = 2000;

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    if (failure instanceof ParameterException usage) {
      throw usage;
    }
    return report(
        failure,
        commandLine.getErr(),
        UsageErrors.wantsStackTrace(parsed.originalArgs().toArray(new String[0])));
  }

  /** Prints {@code failure} and returns the exit status. */
  static int report(Throwable failure, PrintWriter err, boolean stackTrace) {
    if (stackTrace) {
      failure.printStackTrace(err);
    }
    print(message(failure), err);
    return FAILED;
  }

  /** Prints {@code message} as one line that fits a screen and cannot steer it. */
  static void print(String message, PrintWriter err) {
    String line =
        message
            .strip()
            .replaceAll("(?<=[.?!:;,])\\s*\\R\\s*", " ")
            .replaceAll("\\s*\\R\\s*", "; ")
            .replaceAll("\\p{Cntrl}", "?");
    err.println("espalier: " + shortened(line));
    err.flush();
  }

  /** What is found and what to do stand at the ends; names from a damaged file between them. */
  private static String shortened(String line) {
    return line.length() <= LONGEST
        ? line
        : line.substring(0, LONGEST / 2) + " … " + line.substring(line.length() - LONGEST / 2);
  }

  private static String message(Throwable failure) {
    if (failure instanceof EspalierException) {
      return failure.getMessage();
    }
    if (failure instanceof UncheckedIOException wrapped) {
      return message(wrapped.getCause());
    }
    if (failure instanceof IOException io) {
      return message(io);
    }
    if (failure instanceof OutOfMemoryError) {
      return "not enough memory ("
          + failure.getMessage()
          + "); a smaller --batch needs less, ESPALIER_JAVA_OPTS=-Xmx4g gives Java more";
    }
    if (failure instanceof LinkageError) {
      return "TensorFlow or a plugin does not work on this machine: " + describe(failure);
    }
    return "unexpected " + describe(failure) + "; --stacktrace shows where";
  }

  private static String message(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no file or folder " + failure.getMessage();
    }
    if (failure instanceof FileAlreadyExistsException) {
      return failure.getMessage() + " exists";
    }
    if (failure instanceof AccessDeniedException) {
      return "no permission for " + failure.getMessage();
    }
    if (failure instanceof FileSystemException) {
      return failure.getMessage();
    }
    return failure.getMessage() == null ? describe(failure) : failure.getMessage();
  }

  private static String describe(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
  }
}
