/**
 * Builds the first SavedModel of the families Espalier knows, from sizes, and says what the
 * parameters of a model are for.
 *
 * <p>Here belong sizes and presets, initial values, the function bodies and object graph of our own
 * models, and layouts: object path to role and axes. Nothing here loads TensorFlow's native
 * library.
 */
package org.espalier.tf.family;
