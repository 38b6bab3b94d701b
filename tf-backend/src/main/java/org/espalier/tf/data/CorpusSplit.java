package org.espalier.tf.data;

/** A part of a corpus to train on and one to measure on. */
public sealed interface CorpusSplit permits TokenSplit, PretrainingSplit, ImageSplit {
  /** The fraction that is held out where none is asked for. */
  double DEFAULT_HELD_OUT = 0.05;
}
