"""Makes the embedded recogniser's files: the model from published weights, the vocabulary from WordNet."""
