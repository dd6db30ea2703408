"""The scripts behind the Makefile: twins, notebook runs, the strict build of the site."""
