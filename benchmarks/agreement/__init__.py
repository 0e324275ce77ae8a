"""Every statistic that R computes too, beside R's value."""
