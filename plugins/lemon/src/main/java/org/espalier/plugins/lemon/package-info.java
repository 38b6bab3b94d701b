/** LEMON: exact expansion of pre-norm models; a plugin like any third party's. */
package org.espalier.plugins.lemon;
