/* MNIST and its kin: four files in a directory, under the names they are published by.
 * The one thing to know: DIR, DIR/mnist and DIR/MNIST/raw are looked into (the last is torchvision's), for plain and .gz files.
 * Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". */
#ifndef NET_MNIST_H
#define NET_MNIST_H

#include "base/text.h"

enum { MNIST_TRAIN_IMAGES, MNIST_TRAIN_LABELS, MNIST_TEST_IMAGES, MNIST_TEST_LABELS, MNIST_FILES };

/* Where the four files are. -1 after error() 66 that names the first one missing. */
int mnist_find(const char *directory, Text paths[MNIST_FILES]);

#endif
