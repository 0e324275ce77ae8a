# Published data of R's survival package as CSV, so that the tests need no R.
# Run from this folder: Rscript survival_data.R
#   pbc      Mayo Clinic trial in primary biliary cholangitis (Therneau & Grambsch 2000); status 2 is death
#   lung     North Central Cancer Treatment Group (Loprinzi 1994); status 2 is death
#   veteran  Veterans' Administration lung cancer trial (Kalbfleisch & Prentice 1980)
#   colon    adjuvant chemotherapy for colon cancer (Moertel 1990); etype 2 is death
library(survival)
for (name in c("pbc", "lung", "veteran", "colon")) {
  frame <- get(name)
  if (name %in% c("pbc", "lung")) frame$death <- as.integer(frame$status == 2)
  write.csv(frame, paste0("survival_", name, ".csv"), row.names = FALSE, na = "", quote = FALSE)
}
