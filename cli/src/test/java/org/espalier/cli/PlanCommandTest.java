package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code plan} shows of each operator, on a model whose numbers can be counted by hand. */
@DisplayName("espalier plan")
class PlanCommandTest {
  @TempDir private static Path directory;
  private static Path gpt;

  /**
   * With R = A = 8, F = 12, T = 16: a block has 2·R·(1 + 1) + 4·(R·A + R) + 2·R·F + F + R = 532
   * parameters and costs 8·R·A + 4·R·F + 4·T·A = 1,408 FLOPs per token; the head costs 2·R·40 =
   * 640; outside the blocks are 40·R + 16·R + 2·R = 464 parameters.
   */
  @BeforeAll
  static void writeModel() {
    gpt = directory.resolve("gpt");
    Cli cli =
        Cli.run(
            "init",
            "--family",
            "gpt",
            "--blocks",
            4,
            "--residual",
            8,
            "--heads",
            2,
            "--ffn",
            12,
            "--vocabulary",
            40,
            "--positions",
            16,
            "--out",
            gpt);
    assertThat(cli.exit()).as(cli.err()).isZero();
  }

  @Test
  void showsAllOfAStackedModel() {
    assertThat(plan("stack", "factor=2"))
        .isEqualTo(
            """
            stack factor=2 on MODEL
                                          before         after
            blocks                             4             8
            ffn                               12            12
            head_size                          4             4
            heads                              2             2
            positions                         16            16
            residual                           8             8
            vocabulary                        40            40
            parameters                     2,592         4,720
            bytes                         10,368        18,880
            forward FLOPs per token  6,272 at 16  11,904 at 16

            blocks from   0 1 2 3 0 1 2 3
            tensors       132 copy
            claims        nothing
            exactness     blocks fails: block 4 is block 0 again and adds to the stream a second time
                          the linear rule for every parameter holds: no parameter that counts has a rule of its own
            slots         reset   all zero
                          copy    132 parameters keep theirs, 0 start at zero
                          scaled  132 parameters keep theirs, 0 start at zero

            parameter                                      shape    rules
            embeddings/word/table                          [40, 8]  copy
            embeddings/position/table                      [16, 8]  copy
            decoder/layer/{block}/attention/query/kernel   [8, 8]   copy x8
            decoder/layer/{block}/attention/query/bias     [8]      copy x8
            decoder/layer/{block}/attention/key/kernel     [8, 8]   copy x8
            decoder/layer/{block}/attention/key/bias       [8]      copy x8
            decoder/layer/{block}/attention/value/kernel   [8, 8]   copy x8
            decoder/layer/{block}/attention/value/bias     [8]      copy x8
            decoder/layer/{block}/attention/output/kernel  [8, 8]   copy x8
            decoder/layer/{block}/attention/output/bias    [8]      copy x8
            decoder/layer/{block}/attention/norm/scale     [8]      copy x8
            decoder/layer/{block}/attention/norm/offset    [8]      copy x8
            decoder/layer/{block}/ffn/input/kernel         [8, 12]  copy x8
            decoder/layer/{block}/ffn/input/bias           [12]     copy x8
            decoder/layer/{block}/ffn/output/kernel        [12, 8]  copy x8
            decoder/layer/{block}/ffn/output/bias          [8]      copy x8
            decoder/layer/{block}/ffn/norm/scale           [8]      copy x8
            decoder/layer/{block}/ffn/norm/offset          [8]      copy x8
            final/norm/scale                               [8]      copy
            final/norm/offset                              [8]      copy
            """);
  }

  /** Operator and options, then lines that are shown; a half has R = A = 4, F = 6. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        copy-top add=2
        parameters                     2,592        3,656
        forward FLOPs per token  6,272 at 16  9,088 at 16
        blocks from   0 1 2 3 2 3
        tensors       100 copy
        claims        nothing
        """,
        """
        coalesce
        blocks                             4            2
        ffn                               12            6
        heads                              2            1
        residual                           8            4
        parameters                     2,592          540
        bytes                         10,368        2,160
        forward FLOPs per token  6,272 at 16  1,280 at 16
        blocks from   0.5*0+0.5*1 0.5*2+0.5*3
        tensors       36 combine
        claims        nothing
        exactness     NᵀM = I (ffn) fails: the largest deviation is 0.50
                      scaled  refused: The slots cannot be 'scaled', for NᵀM = I (ffn) fails: the largest deviation is 0.50; use 'copy' or 'reset'
        """,
        """
        decoalesce heads=halves residual=halves ffn=keep blocks=keep
        heads                              2             4
        residual                           8            16
        blocks from   0 1 2 3
        tensors       4 copy, 64 combine
        claims        function_preserving
        exactness     NᵀM = I (heads) holds: the largest deviation is 0.0
                      whole heads holds: each that is used is a copy of one old element
                      equal shares for the norms (residual) holds: each element is copied 2 times
                      scaled  68 parameters keep theirs, 0 start at zero
        """,
        """
        decoalesce heads=halves residual=[[0,1,2],[3],[4],[5],[6],[7],[8],[9]] ffn=keep blocks=keep
        claims        nothing
                      equal shares for the norms (residual) fails: elements are copied 1 to 3 times, which changes mean and variance
                      scaled  refused: The slots cannot be 'scaled', for equal shares (residual) fails: shares go from 0.3333 to 1.000; use 'copy' or 'reset'
        """,
        """
        interpolate alpha=0.25
        blocks                             4            4
        tensors       68 combine
        claims        nothing
                      copy    68 parameters keep theirs, 0 start at zero
        """,
        """
        sparse-reallocate sparsity=0.5 block=4
        tensors       68 copy
        masks         sparse                   tensors  blocks of  density
                      attention.query.kernel         4      4 x 4  50.00 %
                      ffn.input.kernel               4      4 x 4  50.00 %
        claims        nothing
                      masks is open: 24 computed, and what they leave out becomes zero; --verify decides it
        """,
        """
        espalier:midas block=2
        blocks from   0 1 0 1 2 3
        """,
        """
        espalier:net2net ffn=15
        ffn                               12           15
        forward FLOPs per token  6,272 at 16  6,656 at 16
        claims        function_preserving
        exactness     NᵀM = I (ffn) holds: the largest deviation is 0.0
        """,
        """
        espalier:lemon residual=11 blocks=5
        residual                           8           11
        forward FLOPs per token  6,272 at 16  9,600 at 16
        norm epsilon               1.000e-05    7.273e-06
        blocks from   0 1 2 3 3
        tensors       20 copy, 60 combine, 4 fill
        claims        function_preserving
                      blocks holds: the old ones stay in order; 1 new ones add nothing
        """
      })
  void showsWhatChanges(String shown) {
    List<String> lines = shown.lines().toList();
    String[] words = lines.get(0).split(" ");
    String plan = plan(words[0], List.of(words).subList(1, words.length).toArray(String[]::new));
    assertThat(plan.lines().collect(Collectors.toList()))
        .as(plan)
        .containsSubsequence(lines.subList(1, lines.size()));
  }

  /** In one line: what was asked, what was found, what is allowed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "stack|operator 'stack': ",
        "stack blocks=3|operator 'stack': ",
        "stack factor=0|operator 'stack': factor is 0, must be ",
        "copy-top add=0|operator 'copy-top': add is 0, must be ",
        "coalesce heads=[[0],[0,1]]|operator 'coalesce': heads",
        "coalesce ffn=[[0,1]]|operator 'coalesce': ffn",
        "decoalesce|operator 'decoalesce': ",
        "interpolate alpha=2|operator 'interpolate': alpha is 2.0, must be ",
        "sparse-reallocate|operator 'sparse-reallocate': sparsity is missing",
        "sparse-reallocate sparsity=0.5 block=8|operator 'sparse-reallocate': block is 8, which"
            + " does not divide ",
        "espalier:net2net ffn=11|operator 'espalier:net2net': ffn",
        "espalier:lemon residual=7|operator 'espalier:lemon': residual"
      })
  void refusesWhatIsNotLegal(String asked) {
    List<String> parts = Splitter.on('|').splitToList(asked);
    List<String> words = Splitter.on(' ').splitToList(parts.get(0));
    Cli cli = run(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    assertThat(cli.exit()).as(cli.out()).isEqualTo(1);
    assertThat(cli.err()).startsWith("espalier: " + parts.get(1)).hasLineCount(1);
    assertThat(cli.out()).isEmpty();
  }

  @Test
  @DisplayName("and what inspect shows of the growth afterwards")
  void lineageHasTheMaps() {
    Path half = directory.resolve("half");
    Path whole = directory.resolve("whole");
    assertThat(Cli.run("grow", "coalesce", gpt, "--out", half).err()).isEmpty();
    assertThat(Cli.run("grow", "decoalesce", half, "--out", whole, "--seed", 7).err()).isEmpty();

    String parent = Cli.run("inspect", half, "--json").json().get("fingerprint").getAsString();
    String out = Cli.run("inspect", whole).out();
    assertThat(out.lines().map(String::strip).map(line -> line.replaceAll(" +", " ")).toList())
        .as(out)
        .containsSubsequence(
            "maps of coalesce",
            "blocks 0.5*0+0.5*1 0.5*2+0.5*3",
            "ffn 0.5*0+0.5*6 0.5*1+0.5*7 0.5*2+0.5*8 0.5*3+0.5*9 0.5*4+0.5*10 0.5*5+0.5*11",
            "heads 0.5*0+0.5*1",
            "maps of decoalesce",
            "blocks 0 0 1 1",
            "ffn 0..5 0..5",
            "heads 0 0",
            "residual 0..3 0..3");
    assertThat(out).contains(parent.substring(0, 12));
    JsonObject growth =
        Cli.run("inspect", whole, "--json")
            .json()
            .getAsJsonArray("lineage")
            .get(1)
            .getAsJsonObject();
    assertThat(growth.get("seed").getAsInt()).isEqualTo(7);
    assertThat(growth.get("parent").getAsString()).isEqualTo(parent);
    assertThat(growth.getAsJsonArray("block_sources").toString())
        .startsWith("[[{\"block\":0,\"weight\":1.0}],[{\"block\":0,");
    assertThat(growth.getAsJsonObject("maps").getAsJsonArray("residual")).hasSize(8);
  }

  private static String plan(String operator, String... settings) {
    Cli cli = run(operator, settings);
    assertThat(cli.exit()).as(cli.err()).isZero();
    return cli.out().replace(gpt.toString(), "MODEL");
  }

  private static Cli run(String operator, String... settings) {
    List<Object> arguments = new ArrayList<>(List.of("plan", operator, gpt));
    for (String setting : settings) {
      arguments.add("--set");
      arguments.add(setting);
    }
    if (operator.equals("interpolate")) {
      arguments.addAll(List.of("--reference", gpt));
    }
    return Cli.run(arguments.toArray());
  }
}
