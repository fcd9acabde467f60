"""Read packet captures and HAR files into the HTTP requests they hold."""
