package org.espalier.tf.bundle;

import java.util.List;
import org.tensorflow.proto.DataType;

/** An entry of a bundle to be written, and its bytes. */
record PlannedEntry(String key, DataType dtype, List<Long> shape, Content content) {}
