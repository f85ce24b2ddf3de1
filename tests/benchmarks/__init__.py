"""What counting costs, measured side by side in one run; ratios are the claim, times are weather."""
