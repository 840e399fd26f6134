//! Declarations that sources forget to include. Older compilers and libraries let that pass.

use super::Fix;
use crate::finding::{Finding, FindingKind};

/// Headers of C and POSIX, and functions that they declare.
const C: &[(&str, &str)] = &[
    (
        "ctype.h",
        "toupper tolower isalpha isdigit isspace isalnum isupper islower ispunct isprint isxdigit iscntrl isgraph",
    ),
    (
        "string.h",
        "strlen strcpy strncpy strcat strncat strcmp strncmp strchr strrchr strstr strtok strtok_r strdup strndup strerror \
         strspn strcspn strpbrk memcpy memmove memset memcmp memchr stpcpy strsignal strcoll",
    ),
    ("strings.h", "strcasecmp strncasecmp bzero bcopy index rindex ffs"),
    (
        "stdlib.h",
        "malloc calloc realloc free exit abort atoi atol atof strtol strtoul strtod strtoll getenv setenv putenv system qsort \
         bsearch rand srand random srandom abs labs atexit mkstemp mkdtemp realpath EXIT_FAILURE EXIT_SUCCESS",
    ),
    (
        "stdio.h",
        "printf fprintf sprintf snprintf vsnprintf vprintf vfprintf puts fputs putchar getchar fopen fclose fread fwrite fgets \
         fseek ftell rewind perror remove rename sscanf scanf fscanf getline popen pclose fflush fileno stderr stdout stdin \
         FILE asprintf",
    ),
    (
        "unistd.h",
        "read write close lseek access unlink getpid getppid fork execv execvp execl sleep usleep chdir getcwd isatty dup dup2 \
         pipe rmdir symlink readlink getopt gethostname fsync ftruncate sysconf getuid geteuid alarm _exit",
    ),
    (
        "math.h",
        "sin cos tan sqrt pow exp log log10 log2 floor ceil fabs fmod round lround atan atan2 asin acos sinh cosh tanh hypot \
         cbrt lgamma tgamma M_PI isnan",
    ),
    ("time.h", "time localtime gmtime mktime strftime clock clock_gettime nanosleep difftime asctime ctime"),
    ("sys/time.h", "gettimeofday"),
    ("sys/stat.h", "stat fstat lstat mkdir chmod umask mkfifo fchmod"),
    ("sys/wait.h", "wait waitpid"),
    ("sys/mman.h", "mmap munmap mprotect"),
    ("sys/ioctl.h", "ioctl"),
    ("sys/select.h", "select"),
    ("sys/socket.h", "socket bind listen accept connect send recv sendto recvfrom setsockopt"),
    ("arpa/inet.h", "htons htonl ntohs ntohl inet_addr inet_ntoa inet_pton inet_ntop"),
    ("netdb.h", "gethostbyname getaddrinfo freeaddrinfo"),
    ("fcntl.h", "open fcntl creat O_RDONLY O_WRONLY O_CREAT"),
    ("signal.h", "signal kill sigaction raise sigemptyset"),
    ("errno.h", "errno ENOENT EINVAL ENOMEM EINTR EAGAIN"),
    ("limits.h", "INT_MAX INT_MIN UINT_MAX LONG_MAX CHAR_BIT PATH_MAX"),
    ("float.h", "DBL_MAX DBL_MIN DBL_EPSILON FLT_MAX FLT_EPSILON"),
    (
        "stdint.h",
        "uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t uintptr_t intptr_t UINT32_MAX INT32_MAX SIZE_MAX",
    ),
    ("stdbool.h", "bool true false"),
    ("stddef.h", "size_t NULL ptrdiff_t offsetof"),
    ("stdarg.h", "va_list va_start va_end va_arg"),
    ("assert.h", "assert"),
    ("dlfcn.h", "dlopen dlsym dlclose dlerror"),
    ("pthread.h", "pthread_create pthread_join pthread_mutex_lock pthread_mutex_unlock"),
    ("locale.h", "setlocale"),
    ("libgen.h", "basename dirname"),
    ("inttypes.h", "PRIu64 PRId64 PRIx64"),
    ("wchar.h", "wcslen wcscpy wprintf"),
];

/// Headers of C++, and names of `std` that they declare.
const CXX: &[(&str, &str)] = &[
    (
        "algorithm",
        "sort find find_if count count_if min max min_element max_element reverse transform unique copy_if all_of any_of remove_if for_each lower_bound upper_bound fill clamp swap_ranges replace",
    ),
    ("string", "string to_string stoi stol stod getline wstring"),
    ("cstring", "strlen strcpy strcmp memcpy memset memcmp memmove strstr"),
    ("cstdlib", "exit abort atoi getenv malloc free strtol system"),
    ("cstdio", "printf fprintf snprintf puts FILE perror"),
    ("cstdint", "uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t uintptr_t"),
    ("cmath", "sqrt pow sin cos floor ceil abs fabs log exp isnan round"),
    ("limits", "numeric_limits"),
    ("climits", "INT_MAX INT_MIN UINT_MAX CHAR_BIT LONG_MAX"),
    ("memory", "unique_ptr shared_ptr make_unique make_shared weak_ptr"),
    ("functional", "function bind hash plus less greater"),
    ("utility", "move pair make_pair swap forward exchange"),
    ("vector", "vector"),
    ("map", "map multimap"),
    ("set", "set multiset"),
    ("unordered_map", "unordered_map"),
    ("unordered_set", "unordered_set"),
    ("array", "array"),
    ("deque", "deque"),
    ("list", "list"),
    ("queue", "queue priority_queue"),
    ("stack", "stack"),
    ("tuple", "tuple make_tuple tie"),
    ("numeric", "accumulate iota inner_product partial_sum"),
    ("iterator", "back_inserter ostream_iterator istream_iterator distance"),
    ("iostream", "cout cerr cin endl clog"),
    ("sstream", "stringstream ostringstream istringstream"),
    ("fstream", "ifstream ofstream fstream"),
    ("iomanip", "setw setprecision setfill"),
    ("stdexcept", "runtime_error logic_error invalid_argument out_of_range"),
    ("thread", "thread this_thread"),
    ("mutex", "mutex lock_guard unique_lock call_once once_flag"),
    ("atomic", "atomic"),
    ("chrono", "chrono"),
    ("optional", "optional nullopt"),
    ("string_view", "string_view"),
    ("variant", "variant"),
    ("random", "mt19937 random_device uniform_int_distribution"),
    ("regex", "regex"),
    ("condition_variable", "condition_variable"),
];

pub(super) fn fixes(finding: &Finding) -> Vec<Fix> {
    if finding.kind != FindingKind::CompileError {
        return Vec::new();
    }
    let Some((at, line)) = finding.at.as_ref().and_then(|at| Some((at, at.line?))) else { return Vec::new() };
    let Some(name) = undeclared(&finding.evidence.text) else { return Vec::new() };
    let is_cxx = [".cc", ".cpp", ".cxx", ".hpp", ".hh", ".C"].iter().any(|end| at.file.ends_with(end));
    let tables: &[&[(&str, &str)]] = if is_cxx { &[CXX, C] } else { &[C] };
    let header =
        tables.iter().copied().flatten().find(|(_, names)| names.split_whitespace().any(|known| known == name));
    header
        .map(|(header, _)| Fix::Source {
            file: at.file.clone(),
            line,
            insert: format!("#include <{header}>"),
            why: format!("`{name}` is declared in `{header}`"),
        })
        .into_iter()
        .collect()
}

/// The name that a compiler does not know.
fn undeclared(text: &str) -> Option<&str> {
    let after = [
        "implicit declaration of function '",
        "implicitly declaring library function '",
        "call to undeclared function '",
        "call to undeclared library function '",
        "use of undeclared identifier '",
        "no member named '",
        "unknown type name '",
        "error: '",
    ];
    let (_, rest) = after.into_iter().find_map(|words| text.split_once(words))?;
    let name = rest.split('\'').next()?;
    let says = rest.get(name.len()..).unwrap_or_default();
    let is_unknown = text.contains("implicit")
        || text.contains("undeclared")
        || text.contains("unknown type name")
        || text.contains("no member named")
        || says.contains("was not declared")
        || says.contains("has not been declared")
        || says.contains("is not a member of 'std'")
        || says.contains("does not name a type");
    is_unknown.then(|| name.trim_start_matches("std::").split(['<', '(']).next().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::undeclared;

    #[test]
    fn compilers_name_what_they_do_not_know() {
        for (text, name) in [
            ("a.c:5:5: error: implicit declaration of function 'toupper' [-Werror=implicit]", Some("toupper")),
            ("a.c:5:5: error: call to undeclared library function 'strlen' with type", Some("strlen")),
            ("a.cc:3:8: error: 'sort' is not a member of 'std'", Some("sort")),
            ("a.cc:3:8: error: 'uint8_t' does not name a type", Some("uint8_t")),
            ("a.c:3:8: error: 'x' undeclared (first use in this function)", Some("x")),
            ("a.c:3:8: error: expected ';' before '}' token", None),
        ] {
            assert_eq!(undeclared(text), name, "{text}");
        }
    }
}
