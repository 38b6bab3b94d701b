/** Operators that each break one rule of the SPI, and nothing else. */
package org.espalier.testkit.gallery;
