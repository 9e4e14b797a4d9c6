"""Physics models and the module count."""
