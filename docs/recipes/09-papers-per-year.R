# Papers per year, in R without packages. Each table of the dataset is there as CSV, packed with gzip.
site <- Sys.getenv("COTERIE", "http://127.0.0.1:8000")
fetch <- function(path) {
  file <- tempfile()
  download.file(paste0(site, "/data/", path), file, mode = "wb", quiet = TRUE)
  file
}
manifest <- readLines(fetch("manifest.json"))
paths <- unique(unlist(regmatches(manifest, gregexpr("papers/[0-9-]+\\.csv\\.[a-z]+", manifest))))
papers <- do.call(rbind, lapply(paths, function(path) read.csv(gzfile(fetch(path)))))
print(table(substr(papers$published, 1, 4)))
