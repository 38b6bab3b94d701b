package org.espalier.tf.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.SavedModel;

class SavedModelDirectoryTest {
  @TempDir Path folder;

  @Test
  void readsAModel() throws IOException {
    SavedModel proto = new TinyModel(2).build();
    write(proto.toByteArray());
    SavedModelDirectory model = SavedModelDirectory.read(folder);
    assertThat(model.proto()).isEqualTo(proto);
    assertThat(model.functions()).containsOnlyKeys("layer_0", "layer_1", "body", "serve");
  }

  @Test
  void refusesWhatIsNotThere() {
    refused(folder.resolve("none"), "No such directory");
  }

  @Test
  void refusesAFile() throws IOException {
    refused(Files.createFile(folder.resolve("file")), "is a file");
  }

  @Test
  void refusesAnEmptyFolder() {
    refused(folder, "is not a SavedModel: it holds no saved_model.pb");
  }

  @Test
  void refusesAChunkedModel() throws IOException {
    Files.createFile(folder.resolve("saved_model.cpb"));
    refused(folder, "chunked");
  }

  @Test
  void refusesATruncatedFileWhereverItEnds() throws IOException {
    byte[] whole = new TinyModel(2).build().toByteArray();
    for (int length = 0; length < whole.length; length += 97) {
      write(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SavedModelDirectory.read(folder))
          .isInstanceOf(EspalierException.class)
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void refusesVersionOne() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    proto.getMetaGraphsBuilder(0).clearObjectGraphDef();
    write(proto.build().toByteArray());
    refused(folder, "version-1 SavedModel");
    write(proto.addMetaGraphs(proto.getMetaGraphs(0)).build().toByteArray());
    refused(folder, "2 meta graphs");
  }

  @Test
  void refusesFunctionsThatCallThemselves() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    FunctionDef.Builder loop = FunctionDef.newBuilder();
    loop.getSignatureBuilder().setName("loop");
    loop.addNodeDef(
        TinyModel.node("again", "PartitionedCall", Map.of("f", TinyModel.calls("loop"))));
    proto.getMetaGraphsBuilder(0).getGraphDefBuilder().getLibraryBuilder().addFunction(loop);
    write(proto.build().toByteArray());
    refused(folder, "function 'loop' calls itself");
  }

  @Test
  void findsACycleThroughSeveralFunctionsAndAnOpNamedLikeOne() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    for (String[] call : new String[][] {{"a", "b"}, {"b", "c"}, {"c", "a"}}) {
      FunctionDef.Builder function = FunctionDef.newBuilder();
      function.getSignatureBuilder().setName(call[0]);
      function.addNodeDef(TinyModel.node("next", call[1], Map.of()));
      proto.getMetaGraphsBuilder(0).getGraphDefBuilder().getLibraryBuilder().addFunction(function);
    }
    write(proto.build().toByteArray());
    refused(folder, "calls itself");
  }

  @Test
  void refusesFunctionsWhoseCallsDoubleAgainAndAgain() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    for (int i = 0; i < 100; i++) {
      FunctionDef.Builder function = FunctionDef.newBuilder();
      function.getSignatureBuilder().setName("link" + i);
      for (String name : List.of("one", "two")) {
        function.addNodeDef(TinyModel.node(name, "link" + (i + 1), Map.of()));
      }
      proto.getMetaGraphsBuilder(0).getGraphDefBuilder().getLibraryBuilder().addFunction(function);
    }
    write(proto.build().toByteArray());
    refused(folder, "grows to more than 400000 nodes");
  }

  @Test
  void refusesIdsThatLeadNowhere() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    proto
        .getMetaGraphsBuilder(0)
        .getObjectGraphDefBuilder()
        .getNodesBuilder(0)
        .getChildrenBuilder(0)
        .setNodeId(9999);
    write(proto.build().toByteArray());
    refused(folder, "refers to object 9999");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "serve\0d"})
  void refusesATagWithoutAName(String tag) throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    proto.getMetaGraphsBuilder(0).getMetaInfoDefBuilder().addTags(tag);
    write(proto.build().toByteArray());
    refused(folder, "one of its tags is no name");
  }

  @Test
  void refusesAnAssetThatIsThereTwice() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    Files.writeString(Files.createDirectory(folder.resolve("assets")).resolve("words"), "a");
    for (int i = 0; i < 2; i++) {
      proto.getMetaGraphsBuilder(0).addAssetFileDef(AssetFileDef.newBuilder().setFilename("words"));
    }
    write(proto.build().toByteArray());
    refused(folder, "gives an asset's path twice");
  }

  @Test
  void refusesAssetsOutsideTheFolder() throws IOException {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    proto
        .getMetaGraphsBuilder(0)
        .addAssetFileDef(AssetFileDef.newBuilder().setFilename("../../secret"));
    write(proto.build().toByteArray());
    refused(folder, "lies outside its assets folder");
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(folder.resolve("saved_model.pb"), bytes);
  }

  private static void refused(Path path, String why) {
    assertThatThrownBy(() -> SavedModelDirectory.read(path))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }
}
