"""Letters on paper: blank forms, fillable files, booklets and their stubs."""
