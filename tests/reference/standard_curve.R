# Reference values of fit_standard_curve: R's own self-starting four-parameter logistic.
# Run in this folder: Rscript standard_curve.R
# Data: DNase (R package datasets; Davidian and Giltinan 1995), optical density of an ELISA.

dnase <- read.csv("DNase.csv")
weightings <- c("1/y^2" = 2, "1/y" = 1, "none" = 0)

fit_run <- function(run, weighting) {
  wells <- dnase[dnase$Run == run, ]
  wells$weight <- wells$density^-weightings[[weighting]]
  wells$log_conc <- log(wells$conc)
  start <- as.list(coef(nls(density ~ SSfpl(log_conc, lower, upper, xmid, scal), wells)))
  fit <- nls(
    density ~ SSfpl(log_conc, lower, upper, xmid, scal), # carries its gradient
    wells,
    weights = weight, start = start,
    control = nls.control(tol = 1e-7, maxiter = 500, minFactor = 1e-12)
  )
  b <- coef(fit)
  v <- vcov(fit)
  inside <- 0.5
  data.frame(
    run = run, weights = weighting,
    lower = b[["lower"]], upper = b[["upper"]],
    inflection = exp(b[["xmid"]]), slope = 1 / b[["scal"]],
    lower_se = sqrt(v["lower", "lower"]), upper_se = sqrt(v["upper", "upper"]),
    inflection_se = exp(b[["xmid"]]) * sqrt(v["xmid", "xmid"]),
    slope_se = sqrt(v["scal", "scal"]) / b[["scal"]]^2,
    residual_sd = sigma(fit),
    read_at_half = exp(b[["xmid"]] - b[["scal"]] *
      log((b[["upper"]] - inside) / (inside - b[["lower"]])))
  )
}

grid <- expand.grid(run = 1:11, weighting = names(weightings), stringsAsFactors = FALSE)
found <- do.call(rbind, Map(fit_run, grid$run, grid$weighting))
write.csv(found, "standard_curve.csv", row.names = FALSE, quote = FALSE)
writeLines(capture.output(sessionInfo()), "standard_curve_session.txt")
