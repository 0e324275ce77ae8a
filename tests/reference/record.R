# Collects reference values and writes them with all their digits, one row per number.
options(digits = 17, stringsAsFactors = FALSE)
reference <- NULL

record <- function(case, r, ...) {
  values <- list(...)
  reference <<- rbind(reference, data.frame(
    case = case, column = sub("[.].*", "", names(values)), value = sprintf("%.17g", as.numeric(unlist(values))), r = r
  ))
}

save_data <- function(data, name) {
  write.csv(data, file.path("data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

finish <- function(name) {
  write.csv(reference, paste0(name, ".csv"), row.names = FALSE)
  session <- capture.output(sessionInfo())
  session <- session[!grepl("^(BLAS|LAPACK|Matrix products|Running under)", session)]
  writeLines(session, paste0(name, "_session.txt"))
}
