package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new EspalierException("factor is 0"), "factor is 0"),
        Arguments.of(
            new EspalierException(
                "No operator 'stak'. Did you mean 'stack'?\n  Available: stack\n  x"),
            "No operator 'stak'. Did you mean 'stack'? Available: stack; x"),
        Arguments.of(
            new UncheckedIOException(
                new FileSystemException("out/x", null, "No space left on device")),
            "out/x: No space left on device"),
        Arguments.of(
            new UncheckedIOException(new IOException("No space left on device")),
            "No space left on device"),
        Arguments.of(
            new UncheckedIOException(new NoSuchFileException("model/x")),
            "there is no file or folder model/x"),
        Arguments.of(
            new IllegalStateException("odd"),
            "unexpected IllegalStateException: odd; --stacktrace shows where"),
        Arguments.of(
            new NullPointerException(),
            "unexpected NullPointerException; --stacktrace shows where"),
        Arguments.of(
            new UnsatisfiedLinkError("no jnitensorflow"),
            "TensorFlow or a plugin does not work on this machine: UnsatisfiedLinkError: no"
                + " jnitensorflow"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void areOneLine(Throwable failure, String message) {
    assertThat(reported(failure, false))
        .isEqualToNormalizingNewlines("espalier: " + message + "\n");
  }

  @Test
  void showWhereTheyAroseIfAsked() {
    assertThat(reported(new EspalierException("factor is 0"), true))
        .contains("\tat org.espalier.cli.FailuresTest")
        .endsWith("espalier: factor is 0" + System.lineSeparator());
  }

  @Test
  void showNoControlCharactersAndNoEndlessNames() {
    String name = "\u001b[2J" + "x".repeat(100_000);
    assertThat(reported(new EspalierException("node '" + name + "' is bad; copy it again"), false))
        .startsWith("espalier: node '?[2Jxxx")
        .contains("x … x")
        .endsWith("xxx' is bad; copy it again" + System.lineSeparator())
        .hasSizeLessThan(2100);
  }

  private static String reported(Throwable failure, boolean stackTrace) {
    StringWriter err = new StringWriter();
    assertThat(Failures.report(failure, new PrintWriter(err), stackTrace)).isEqualTo(1);
    return err.toString();
  }
}
