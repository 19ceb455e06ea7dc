/** What is measured of a task, and how pictures are compared. */
@NullMarked
package dev.signet.lab.metric;

import org.jspecify.annotations.NullMarked;
