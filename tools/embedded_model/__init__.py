"""Makes the embedded recognizer's files: the model from published weights, the vocabulary from WordNet."""
