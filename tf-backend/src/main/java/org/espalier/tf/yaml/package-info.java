/** YAML documents that people write, read with errors that name the field. */
package org.espalier.tf.yaml;
