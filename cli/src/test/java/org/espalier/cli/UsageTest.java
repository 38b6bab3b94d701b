package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          oprators                              | unknown command 'oprators'; did you mean 'operators'?
          zzzzzz                                | unknown command 'zzzzzz'
          operators --jsn                       | unknown option '--jsn'; did you mean '--json'?
          grow stack --sed=3                    | unknown option '--sed'; did you mean '--seed'?
          operators now                         | one argument too many: 'now'
          grow stack                            | missing required options and parameters: '--out=DIR', 'DIR'
          init --out x                          | missing required option: '--family=bert|gpt'
          train m --out o                       | missing required option: '--steps=N'
          train m --out o --steps many          | invalid value for option '--steps': 'many' is not a long
          train m --out o --steps 1 --freeze 3  | '3' selects no parameters
          train m --out o --steps 1 --threads 0 | --threads is 0, must be at least 1
          run r --device tpu                    | invalid value for option '--device': Device 'tpu' is unknown; write cpu or gpu:N
          run r --threads -2                    | --threads is -2, must be at least 1
          run r --seed                          | missing required parameter for option '--seed' (N)
          run r --baseline-learning-rate 1      | --baseline-steps, --baseline-compute and --baseline-learning-rate are for use
          run r --baseline --baseline-steps 0   | baseline steps is 0, must be 1 or more
          run r --baseline --baseline-compute 0 | baseline compute is 0.0, must be above 0
          run stacking-bert --budget 0          | budget is 0.0, must be above 0
          run stacking-bert --budget 1e9        | budget is 1.0E9, which makes 5.0E11 of 500 steps
          plan stack m --set factor             | --set 'factor' must be written KEY=VALUE
          plan stack m --set a=1 --set a=2      | --set a is given twice
          plan stack m --reference =m           | --reference '=m' must be written KEY=VALUE
          """)
  void namesWhatIsWrongInOneLine(String command, String message) {
    Cli cli = Cli.run((Object[]) command.split(" "));
    assertThat(cli.exit()).isEqualTo(2);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(cli.err()).startsWith("espalier: " + message).contains("--help");
  }

  @Test
  void withoutACommandItShowsThem() {
    Cli cli = Cli.run();
    assertThat(cli.exit()).isEqualTo(2);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err()).contains("Usage: espalier", "inspect", "a command is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "init",
        "inspect",
        "operators",
        "recipes",
        "plan",
        "grow",
        "train",
        "eval",
        "data",
        "report"
      })
  void everyCommandHasHelpAndTheCommonOptions(String command) {
    Cli cli = Cli.run(command, "--help");
    assertThat(cli.exit()).isZero();
    assertThat(cli.err()).isEmpty();
    assertThat(cli.out())
        .startsWith("Usage: espalier " + command)
        .contains("--plugins", "--json", "--stacktrace");
  }

  @Test
  void tellsItsVersion() {
    Cli cli = Cli.run("--version");
    assertThat(cli.exit()).isZero();
    assertThat(cli.out()).startsWith("espalier ").contains(System.getProperty("java.version"));
  }
}
