#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;

#[test]
fn versions_follow_the_conda_grammar_and_stay_as_written() {
    for text in ["1.0A", "v1", "latest", "1-2", "2024.01.05", "1!2+3", "1.10", "true"] {
        assert_eq!(version(text).as_deref(), Ok(text));
    }
    for text in ["", " 1 ", "1 2", "1..2", "1__2", "1.*"] {
        assert_eq!(version(text).map_err(|e| e.code), Err(Code::InvalidVersion), "{text}");
    }
}

#[test]
fn package_names_have_few_characters_and_keep_their_case() {
    for text in ["a", "_A.b-c", "3", "libFoo"] {
        assert_eq!(package_name(text).as_deref(), Ok(text));
    }
    for text in ["", "a b", "~", "é", "a/b"] {
        assert_eq!(package_name(text).map_err(|e| e.code), Err(Code::InvalidPackageName), "{text}");
    }
}

#[test]
fn licenses_are_strict_spdx_expressions() {
    for text in [
        "MIT",
        "MIT OR Apache-2.0",
        "MIT and Apache-2.0",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "LicenseRef-Foo",
        "MIT+",
        " MIT ",
        "(MIT)",
        "NOASSERTION",
    ] {
        assert_eq!(license(text).as_deref(), Ok(text));
    }
    for text in ["MIT/Apache-2.0", "mit", "Foo", "GPL-2.0", "GPL-2.0+", "", "Apache-2.0 WITH Foo"] {
        assert_eq!(license(text).map_err(|e| e.code), Err(Code::InvalidLicense), "{text}");
    }
}

#[test]
fn the_probable_license_is_proposed() {
    let help = |text: &str| license(text).unwrap_err().help.unwrap();
    assert_eq!(help("GPL-2.0"), "did you mean `GPL-2.0-only` or `GPL-2.0-or-later`?");
    assert_eq!(help("LGPL-2.1+"), "did you mean `LGPL-2.1-only` or `LGPL-2.1-or-later`?");
    assert_eq!(
        help("simplified bsd license"),
        "see <https://spdx.org/licenses>; a license that is not listed is `LicenseRef-Name`"
    );
}

#[test]
fn urls_are_absolute_and_printed_in_normal_form() {
    assert_eq!(absolute_url("https://a.com").as_deref(), Ok("https://a.com/"));
    assert_eq!(absolute_url("https://a.com/x y").as_deref(), Ok("https://a.com/x%20y"));
    for text in ["foo", "", "https://a b.com"] {
        assert_eq!(absolute_url(text).map_err(|e| e.code), Err(Code::InvalidUrl), "{text}");
    }
}

#[test]
fn checksums_are_hexadecimal_digits_in_lower_case() {
    assert_eq!(sha256(&"Ab".repeat(32)).as_deref(), Ok("ab".repeat(32).as_str()));
    assert_eq!(md5(&"0F".repeat(16)).as_deref(), Ok("0f".repeat(16).as_str()));
    assert_eq!(md5("").as_deref(), Ok("0".repeat(32).as_str()));
    for text in ["abc", &"g".repeat(64), &"é".repeat(32)] {
        assert_eq!(sha256(text).map_err(|e| e.code), Err(Code::InvalidChecksum), "{text}");
    }
}

#[test]
fn entry_points_are_brought_into_one_form() {
    assert_eq!(entry_point(" a  =  b.c : d ").as_deref(), Ok("a = b.c:d"));
    for text in ["a=b", "a : b", "= :", "a=b:", "a = b:c:d"] {
        assert!(entry_point(text).is_err(), "{text}");
    }
}

#[test]
fn flags_are_one_or_two_words() {
    for text in ["a", "a_1:b", "9"] {
        assert_eq!(flag(text).as_deref(), Ok(text));
    }
    for text in ["", "A", "a:b:c", "a:", ":a", "a-b"] {
        assert!(flag(text).is_err(), "{text}");
    }
}

#[test]
fn names_of_environment_variables_are_words_that_do_not_start_with_a_digit() {
    for text in ["A", "_a9"] {
        assert_eq!(env_name(text).as_deref(), Ok(text));
    }
    for text in ["", "A-B", "9A", "é", "A B", "A="] {
        assert!(env_name(text).is_err(), "{text}");
    }
}

#[test]
fn noarch_is_python_generic_or_one_of_the_words_for_none() {
    assert_eq!(no_arch("python"), Ok(Some(NoArch::Python)));
    assert_eq!(no_arch("generic"), Ok(Some(NoArch::Generic)));
    for text in ["", "~", "null", "none", "None"] {
        assert_eq!(no_arch(text), Ok(None));
    }
    for text in ["Python", "true", "false", "Null", " python"] {
        assert!(no_arch(text).is_err(), "{text}");
    }
}

#[test]
fn numbers_are_decimal_and_fit() {
    assert_eq!(unsigned("+5"), Ok(5));
    assert_eq!(unsigned("007"), Ok(7));
    assert_eq!(unsigned("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(unsigned("18446744073709551616").unwrap_err().message, "`18446744073709551616` is too large");
    for text in ["-1", "1.5", "true", "~", "", " 1"] {
        assert!(unsigned(text).is_err(), "{text}");
    }
    assert_eq!(integer("-5"), Ok(-5));
    assert_eq!(integer("-3000000000").unwrap_err().message, "`-3000000000` is too small");
}
