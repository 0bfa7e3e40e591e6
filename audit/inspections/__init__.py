"""The visit: submit, revise, complete, review, score; adopt a baseline from it."""
