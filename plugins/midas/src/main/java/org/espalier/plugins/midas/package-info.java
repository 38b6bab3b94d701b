/** Gradual stacking in the middle of a model: a plugin like any third party's. */
package org.espalier.plugins.midas;
