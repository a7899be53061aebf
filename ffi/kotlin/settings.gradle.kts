rootProject.name = "allod"
