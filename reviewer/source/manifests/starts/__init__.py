"""What the files of a repository say is run: scripts, process files, images, handlers, projects, pages."""
