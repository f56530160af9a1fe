#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| attcheck_fuzz::parcel(bytes));
