# Reference values for measurements: curves of five parameters and parallel ones, dilution, limits of agreement, and
# summaries of values below limits. Run here: Rscript measurement.R
source("record.R")
tight <- nls.control(tol = 1e-7, maxiter = 500, minFactor = 1e-14)

# DNase ELISA (Davidian and Giltinan 1995), optical density; formulas with their gradients.
dnase <- read.csv("DNase.csv")
dnase$log_conc <- log(dnase$conc)
five <- deriv(~ lower + (upper - lower) * (1 + exp(-slope * (log_conc - xmid)))^-exp(tilt),
  c("lower", "upper", "xmid", "slope", "tilt"), function(log_conc, lower, upper, xmid, slope, tilt) NULL)
for (weighting in c("1/y", "none")) {
  dnase$w <- if (weighting == "none") 1 else 1 / dnase$density
  four <- coef(nls(density ~ SSfpl(log_conc, a, b, xmid, scal), dnase, weights = w))
  fit <- nls(density ~ five(log_conc, lower, upper, xmid, slope, tilt), dnase, weights = w, control = tight,
    start = list(lower = four[["a"]], upper = four[["b"]], xmid = four[["xmid"]], slope = 1 / four[["scal"]], tilt = 0))
  s <- coef(summary(fit))
  for (name in rownames(s)) {
    logged <- name %in% c("xmid", "tilt")
    value <- if (logged) exp(s[name, 1]) else s[name, 1]
    label <- c(xmid = "inflection", tilt = "asymmetry")[name]
    record(paste0("five.", weighting, ".", if (is.na(label)) name else label), "nls(), five parameters",
      estimate = value, std_error = s[name, 2] * if (logged) value else 1)
  }
}

# Three runs as three preparations.
runs <- dnase[dnase$Run <= 3, ]
runs$w <- runs$density^-2
own <- lapply(1:3, function(run) {
  mine <- runs[runs$Run == run, ]
  start <- as.list(coef(nls(density ~ SSfpl(log_conc, a, b, xmid, scal), mine)))
  nls(density ~ SSfpl(log_conc, a, b, xmid, scal), mine, weights = w, start = start, control = tight)
})
squares <- sum(sapply(own, deviance))
runs$i2 <- as.numeric(runs$Run == 2)
runs$i3 <- as.numeric(runs$Run == 3)
shared <- deriv(~ lower + (upper - lower) / (1 + exp(-slope * (log_conc - xmid + p2 * i2 + p3 * i3))),
  c("lower", "upper", "slope", "xmid", "p2", "p3"), function(log_conc, i2, i3, lower, upper, slope, xmid, p2, p3) NULL)
start <- coef(own[[1]])
fit <- nls(density ~ shared(log_conc, i2, i3, lower, upper, slope, xmid, p2, p3), runs, weights = w, control = tight,
  start = list(lower = start[["a"]], upper = start[["b"]], slope = 1 / start[["scal"]], xmid = start[["xmid"]], p2 = 0, p3 = 0))
s <- coef(summary(fit))
q <- qt(0.975, df.residual(fit))
for (run in 2:3) {
  row <- s[paste0("p", run), ]
  record(paste0("potency.", run), "nls(), parallel curves", estimate = exp(row[1]), std_error = row[2],
    conf_low = exp(row[1] - q * row[2]), conf_high = exp(row[1] + q * row[2]))
}
df <- sum(sapply(own, df.residual))
pooled <- squares / df
slope_error <- sapply(own, function(one) sqrt(vcov(one)["scal", "scal"] / sigma(one)^2 * pooled) / coef(one)[["scal"]])
for (run in 2:3) {
  ratio <- log(coef(own[[1]])[["scal"]] / coef(own[[run]])[["scal"]])
  error <- sqrt(slope_error[1]^2 + slope_error[run]^2)
  record(paste0("slope_ratio.", run), "nls(), a curve each", estimate = exp(ratio), std_error = error,
    conf_low = exp(ratio - qt(0.975, df) * error), conf_high = exp(ratio + qt(0.975, df) * error))
}
extra <- df.residual(fit) - df
f <- (deviance(fit) - squares) / extra / pooled
record("parallelism", "anova() of parallel and own curves", statistic = f, df = extra, p_value = pf(f, extra, df, lower.tail = FALSE))

# Runs 2 and 3 read off the curve of run 1; the highest standard counts as the undiluted sample.
a <- coef(own[[1]])
series <- dnase[dnase$Run %in% 2:3 & dnase$conc < 7, ]
series$read <- exp(a[["xmid"]] - a[["scal"]] * log((a[["b"]] - series$density) / (series$density - a[["a"]])))
series$dilution <- 6.25 / series$conc
save_data(data.frame(run = series$Run, dilution = series$dilution, read = sprintf("%.17g", series$read)), "dilutions")
fit <- lm(log(read) ~ factor(Run) + log(1 / dilution), series)
row <- coef(summary(fit))["log(1/dilution)", ]
interval <- confint(fit)["log(1/dilution)", ]
t <- (row[1] - 1) / row[2]
record("dilution.dnase", "lm(log(read) ~ run + log(1 / dilution))", estimate = row[1], std_error = row[2],
  conf_low = interval[1], conf_high = interval[2], statistic = t, df = df.residual(fit),
  p_value = 2 * pt(abs(t), df.residual(fit), lower.tail = FALSE))

# Peak expiratory flow by two meters (Bland and Altman 1986).
flow <- data.frame(
  wright = c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427),
  mini = c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
)
save_data(flow, "pefr")
d <- flow$wright - flow$mini
n <- length(d)
fit <- t.test(d)
record("bias.pefr", "t.test(paired = TRUE)", estimate = fit$estimate, std_error = fit$stderr, conf_low = fit$conf.int[1],
  conf_high = fit$conf.int[2], statistic = fit$statistic, df = fit$parameter, p_value = fit$p.value)
z <- qnorm(0.975)
k <- sapply(c(0.025, 0.975), function(p) uniroot(function(q) pt(q, n - 1, z * sqrt(n)) - p, c(0, 40), tol = 1e-13)$root) / sqrt(n)
record("lower.pefr", "mean - 1.96 sd; pt(ncp =)", estimate = mean(d) - z * sd(d), conf_low = mean(d) - k[2] * sd(d),
  conf_high = mean(d) - k[1] * sd(d))
record("upper.pefr", "mean + 1.96 sd; pt(ncp =)", estimate = mean(d) + z * sd(d), conf_low = mean(d) + k[1] * sd(d),
  conf_high = mean(d) + k[2] * sd(d))
average <- (flow$wright + flow$mini) / 2
fit <- lm(d ~ average)
row <- coef(summary(fit))["average", ]
record("proportional.pefr", "lm(difference ~ mean)", estimate = row[1], std_error = row[2], statistic = row[3],
  df = df.residual(fit), p_value = row[4], conf_low = confint(fit)["average", 1], conf_high = confint(fit)["average", 2])

# Ozone as if one instrument could not read below 20 and another not below 10: Hirsch and Stedinger's positions.
ros <- function(value, below) {
  above <- value[!below]
  limits <- sort(unique(value[below]))
  if (any(above < limits[1])) limits <- c(0, limits)
  m <- length(limits)
  upper <- c(limits[-1], Inf)
  exceed <- numeric(m + 1)
  inside <- numeric(m)
  for (j in m:1) {
    inside[j] <- sum(above >= limits[j] & above < upper[j])
    lower <- sum(value <= limits[j]) - sum(above == limits[j])
    exceed[j] <- exceed[j + 1] + inside[j] / (inside[j] + lower) * (1 - exceed[j + 1])
  }
  p_above <- p_below <- y_above <- NULL
  for (j in 1:m) {
    one <- sort(above[above >= limits[j] & above < upper[j]])
    y_above <- c(y_above, one)
    p_above <- c(p_above, (1 - exceed[j]) + seq_along(one) / (inside[j] + 1) * (exceed[j] - exceed[j + 1]))
    count <- sum(value[below] == limits[j])
    p_below <- c(p_below, (1 - exceed[j]) * seq_len(count) / (count + 1))
  }
  line <- lm(log(y_above) ~ qnorm(p_above))
  all <- c(log(y_above), coef(line)[1] + coef(line)[2] * qnorm(p_below))
  list(geometric = exp(mean(all)), mean = mean(exp(all)), sigma = unname(coef(line)[2]))
}
ozone <- na.omit(read.csv("data/airquality.csv")$Ozone)
for (limits in list(20, c(10, 20))) {
  limit <- rep_len(limits, length(ozone))
  found <- ros(pmax(ozone, limit), ozone < limit)
  case <- paste0("order.", length(limits))
  record(paste0(case, ".geometric_mean"), "NADA::ros, by hand", estimate = found$geometric)
  record(paste0(case, ".mean"), "NADA::ros, by hand", estimate = found$mean)
  record(paste0(case, ".sigma"), "NADA::ros, by hand", estimate = found$sigma)
}
finish("measurement")
