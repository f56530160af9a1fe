#![no_main]
libfuzzer_sys::fuzz_target!(|text: &str| attcheck_fuzz::word(text));
