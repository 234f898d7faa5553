"""Lock files: which version of a package is installed for which importer, one file per format."""
