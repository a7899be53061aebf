// The package: `cargo xtask demo` puts it beside this page, in allod/.

export * from './allod/web.js'
