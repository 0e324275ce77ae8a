"""How often intervals hold the truth and tests reject it wrongly, at the sizes of small studies."""
