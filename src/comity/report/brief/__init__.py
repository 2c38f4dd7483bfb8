"""The brief: a question, its answer in two sentences, the charts behind it and what it rests on, in one file."""
