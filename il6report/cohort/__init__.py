"""Who is in the study: what a valid row is, who is left out, which variables are derived."""
