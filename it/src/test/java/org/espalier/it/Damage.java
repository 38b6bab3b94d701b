package org.espalier.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** What can be wrong with the directory that a user calls a model. */
enum Damage {
  NO_SUCH_DIRECTORY {
    @Override
    Path copy(Path model, Path target) {
      return target;
    }
  },
  NOT_A_SAVED_MODEL {
    @Override
    void damage(Path model) throws IOException {
      Files.delete(graph(model));
    }
  },
  VERSION_1 {
    @Override
    void edit(MetaGraphDef.Builder meta) {
      meta.clearObjectGraphDef();
    }
  },
  TRUNCATED_GRAPH {
    @Override
    void damage(Path model) throws IOException {
      truncate(graph(model));
    }
  },
  TRUNCATED_SHARD {
    @Override
    void damage(Path model) throws IOException {
      truncate(shard(model));
    }
  },
  FLIPPED_BIT {
    @Override
    void damage(Path model) throws IOException {
      flip(shard(model), Files.size(shard(model)) / 2);
    }
  },
  MISSING_SHARD {
    @Override
    void damage(Path model) throws IOException {
      Files.delete(shard(model));
    }
  },
  MISSING_INDEX {
    @Override
    void damage(Path model) throws IOException {
      Files.delete(model.resolve("variables/variables.index"));
    }
  },
  FUNCTION_THAT_CALLS_ITSELF {
    @Override
    void edit(MetaGraphDef.Builder meta) {
      FunctionDef.Builder function =
          meta.getGraphDefBuilder().getLibraryBuilder().getFunctionBuilder(0);
      NameAttrList itself =
          NameAttrList.newBuilder().setName(function.getSignature().getName()).build();
      function.addNodeDef(
          NodeDef.newBuilder()
              .setName("again")
              .setOp("StatefulPartitionedCall")
              .putAttr("Tin", types())
              .putAttr("Tout", types())
              .putAttr("f", AttrValue.newBuilder().setFunc(itself).build()));
    }
  };

  /** Copies {@code model} to {@code target}, does the damage there and returns where. */
  Path copy(Path model, Path target) throws IOException {
    try (Stream<Path> walk = Files.walk(model)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        Files.copy(path, target.resolve(model.relativize(path).toString()));
      }
    }
    damage(target);
    return target;
  }

  /** Damages the files of a copy. */
  void damage(Path model) throws IOException {
    SavedModel.Builder proto;
    try (InputStream in = Files.newInputStream(graph(model))) {
      proto = SavedModel.parseFrom(in).toBuilder();
    }
    edit(proto.getMetaGraphsBuilder(0));
    try (OutputStream out = Files.newOutputStream(graph(model))) {
      proto.build().writeTo(out);
    }
  }

  /** Damages the graph. */
  void edit(MetaGraphDef.Builder meta) {
    throw new AssertionError(this + " damages nothing");
  }

  /** Flips a bit of the byte at {@code position}. */
  static void flip(Path file, long position) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 4));
      channel.write(one.rewind(), position);
    }
  }

  private static void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  private static Path graph(Path model) {
    return model.resolve("saved_model.pb");
  }

  private static Path shard(Path model) {
    return model.resolve("variables/variables.data-00000-of-00001");
  }

  private static AttrValue types() {
    return AttrValue.newBuilder().setList(AttrValue.ListValue.getDefaultInstance()).build();
  }
}
