/** Reads, grows, trains and writes SavedModels over TensorFlow's runtime. */
module org.espalier.tf {
  requires transitive org.espalier.api;
  requires tensorflow;
  requires tensorflow.nativelib;
  requires org.tensorflow.ndarray;
  requires com.google.protobuf;
  requires com.google.common;
  requires com.google.gson;
  requires org.yaml.snakeyaml;
  requires snappy;
  requires ai.djl.tokenizers;
  requires java.desktop;

  exports org.espalier.tf;
  exports org.espalier.tf.data;
  exports org.espalier.tf.report;

  uses org.espalier.api.GrowthOperator;
  uses org.espalier.api.TensorKernel;

  provides org.espalier.api.GrowthTrial with
      org.espalier.tf.RealGrowthTrial;
}
