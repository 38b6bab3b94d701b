package org.espalier.it.mutants;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/** What is done to a model. */
enum Kind {
  BITS_FLIPPED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      FileDamage.flipBits(FileDamage.any(model, random), random);
    }
  },
  BYTES_CUT {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      FileDamage.cut(FileDamage.any(model, random), random);
    }
  },
  BYTES_OVERWRITTEN {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      FileDamage.overwrite(FileDamage.any(model, random), random);
    }
  },
  FIELD_REMOVED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.change(model, ProtoChange.REMOVE, random);
    }
  },
  FIELD_REPEATED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.change(model, ProtoChange.REPEAT, random);
    }
  },
  VALUES_SWAPPED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.change(model, ProtoChange.SWAP, random);
    }
  },
  NUMBER_CHANGED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.change(model, ProtoChange.NUMBER, random);
    }
  },
  NAME_CHANGED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.change(model, ProtoChange.NAME, random);
    }
  },
  TYPE_CHANGED {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.change(model, ProtoChange.TYPE, random);
    }
  },
  FUNCTION_CYCLE {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.callInCircles(model, random);
    }
  },
  OBJECT_CYCLE {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.ownInCircles(model, random);
    }
  },
  HUGE_SHAPE {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.declareHuge(model, random);
    }
  },
  ASSET_NAME {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      GraphDamage.renameAsset(model, random);
    }

    @Override
    List<String> bases() {
      return List.of(BaseModels.WITH_TABLE);
    }
  },
  CHECKPOINT_OBJECTS {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      ProtoChange[] changes = ProtoChange.values();
      model.write(
          (TrackableObjectGraph)
              changes[random.nextInt(changes.length)].apply(model.checkpointGraph(), random));
    }
  },
  CHECKPOINT_INDEX {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      IndexDamage.change(model.index(), random);
    }
  },
  RECORD {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      RecordDamage.change(model.record(), random);
    }

    @Override
    List<String> bases() {
      return BaseModels.WITH_RECORD;
    }
  },
  MASKS {
    @Override
    void mutate(SavedModelFiles model, Random random) throws IOException {
      MaskDamage.change(model.masks(), random);
    }

    @Override
    List<String> bases() {
      return List.of(BaseModels.SPARSE);
    }
  };

  /** Damages the files of a copy; may leave them as they are, and is then asked again. */
  abstract void mutate(SavedModelFiles model, Random random) throws IOException;

  /** Returns the names of the models that this can be done to. */
  List<String> bases() {
    return BaseModels.NAMES;
  }
}
