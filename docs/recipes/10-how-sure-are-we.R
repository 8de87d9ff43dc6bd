# How many authorships rest on a printed name alone, and how many a curator or a register confirmed.
site <- Sys.getenv("COTERIE", "http://127.0.0.1:8000")
fetch <- function(path) {
  file <- tempfile()
  download.file(paste0(site, "/data/", path), file, mode = "wb", quiet = TRUE)
  file
}
manifest <- readLines(fetch("manifest.json"))
paths <- unique(unlist(regmatches(manifest, gregexpr("authorships/[0-9-]+\\.csv\\.[a-z]+", manifest))))
authorships <- do.call(rbind, lapply(paths, function(path) read.csv(gzfile(fetch(path)))))
print(table(authorships$basis, authorships$decided_by_human))
