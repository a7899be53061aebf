// For Android: the same sources, and the signer over Android's keystore.

plugins {
    id("com.android.library") version "8.10.0"
    kotlin("android") version "2.2.0"
}

repositories {
    google()
    mavenCentral()
}

android {
    namespace = "allod"
    compileSdk = 35
    defaultConfig {
        minSdk = 26
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
    // The libraries are looked for in src/main/jniLibs.
    sourceSets["main"].kotlin.srcDir("../src/main/kotlin")
}

kotlin { compilerOptions { jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_1_8 } }

dependencies { api("net.java.dev.jna:jna:5.17.0@aar") }
