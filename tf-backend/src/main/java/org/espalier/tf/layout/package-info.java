/**
 * Layouts: what the parameters of models made elsewhere are for.
 *
 * <p>A layout is a small declarative file, one for each family of exporters. Here belong reading,
 * finding and applying them; not the blocks, which {@code graph} finds from structure.
 */
package org.espalier.tf.layout;
