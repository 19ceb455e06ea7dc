/** The built-in models, and the demo that tells the whole story on them. */
@NullMarked
package dev.signet.lab.demo;

import org.jspecify.annotations.NullMarked;
