// For the JVM. For Android see android/. The project's own tests compile without Gradle: `cargo xtask ffi --test`.

plugins {
    kotlin("jvm") version "2.2.0"
    `java-library`
    `maven-publish`
}

group = "allod"
version = Regex("(?m)^version = \"(.+)\"").find(file("../../Cargo.toml").readText())!!.groupValues[1]

repositories { mavenCentral() }

dependencies { api("net.java.dev.jna:jna:5.17.0") }

java {
    sourceCompatibility = JavaVersion.VERSION_1_8
    targetCompatibility = JavaVersion.VERSION_1_8
}

kotlin {
    compilerOptions {
        jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_1_8
        freeCompilerArgs.add("-Xjdk-release=8")
    }
}

// The tests have a runner of their own.
sourceSets { test { kotlin.setSrcDirs(emptyList<String>()); java.setSrcDirs(emptyList<String>()) } }

// The library goes into the JAR where JNA looks for it: native/linux-x86-64/liballod_ffi.so, say.
sourceSets { main { resources.srcDir("native") } }

publishing { publications { create<MavenPublication>("allod") { from(components["java"]) } } }
