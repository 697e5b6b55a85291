"""Names of methods that every program calls on strings, lists, dictionaries, files, options and promises.

A call of one on a receiver of unknown type means the language's own far more often than the
repository's only method of that name, so it is never guessed.
"""

from typing import Final

_PYTHON: Final = (
    "append extend insert remove pop clear index count sort reverse copy get keys values items update setdefault "
    "popitem fromkeys add discard union intersection difference issubset issuperset join split rsplit splitlines "
    "strip lstrip rstrip startswith endswith replace find rfind format format_map encode decode lower upper title "
    "capitalize swapcase center ljust rjust zfill partition rpartition isdigit isalpha isalnum isspace islower "
    "isupper isidentifier casefold expandtabs translate maketrans read readline readlines write writelines close "
    "flush seek tell truncate fileno open send throw group groups groupdict match search sub findall finditer "
    "fullmatch debug info warning warn error exception critical log hex bit_length total_seconds isoformat strftime "
    "date time now today exists mkdir unlink is_file is_dir resolve name parent run start stop wait put acquire release"
)
_PYTHON_BUILTIN: Final = (
    "as_integer_ratio bit_count conjugate denominator difference_update from_bytes fromhex imag intersection_update "
    "is_integer isascii isdecimal isdisjoint isnumeric isprintable istitle numerator real removeprefix removesuffix "
    "rindex symmetric_difference symmetric_difference_update to_bytes __abs__ __add__ __and__ __bool__ __bytes__ "
    "__ceil__ __class__ __class_getitem__ __contains__ __delattr__ __delitem__ __dir__ __divmod__ __doc__ __eq__ "
    "__float__ __floor__ __floordiv__ __format__ __ge__ __getattribute__ __getformat__ __getitem__ __getnewargs__ "
    "__getstate__ __gt__ __hash__ __iadd__ __iand__ __imul__ __index__ __init__ __init_subclass__ __int__ __invert__ "
    "__ior__ __isub__ __iter__ __ixor__ __le__ __len__ __lshift__ __lt__ __mod__ __mul__ __ne__ __neg__ __new__ "
    "__or__ __pos__ __pow__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __repr__ __reversed__ "
    "__rfloordiv__ __rlshift__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__ "
    "__rtruediv__ __rxor__ __setattr__ __setitem__ __sizeof__ __str__ __sub__ __subclasshook__ __truediv__ __trunc__ "
    "__xor__"
)
"""What else `object`, `dict`, `list`, `set`, `str`, `bytes`, `tuple`, `int` and `float` have."""
_SCRIPT: Final = (
    "push pop shift unshift splice slice concat map filter reduce reduceRight forEach some every find findIndex "
    "includes indexOf lastIndexOf join keys values entries has get set delete add clear then catch finally toString "
    "valueOf toLowerCase toUpperCase trim trimStart trimEnd padStart padEnd charAt charCodeAt codePointAt substring "
    "substr startsWith endsWith repeat replace replaceAll match matchAll test exec split call apply bind "
    "hasOwnProperty toFixed toJSON log warn error info debug assign freeze create length size flat flatMap fill at "
    "from of on off once emit addEventListener removeEventListener dispatchEvent preventDefault stopPropagation next "
    "return throw resolve reject all race parse stringify write end pipe send open close "
    "getItem setItem removeItem getElementById querySelector querySelectorAll getBoundingClientRect appendChild "
    "removeChild insertBefore replaceChild cloneNode createElement createTextNode getAttribute setAttribute "
    "hasAttribute removeAttribute getComputedStyle scrollIntoView requestAnimationFrame setTimeout clearTimeout "
    "setInterval clearInterval postMessage stopImmediatePropagation getTime getFullYear getMonth getDate"
)
_GO: Final = (
    "Error String Close Read Write Lock Unlock RLock RUnlock Add Done Wait Get Set Len Less Swap Name Type Value Key "
    "Next Scan Err Printf Println Print Fatal Fatalf Errorf Logf Log Run Start Stop Reset Flush Bytes Unwrap Is As "
    "Format Equal Before After Sub Now Unix Load Store Delete Range Do Send Recv Context Header Body Helper Cleanup"
)
_OTHER: Final = (
    "unwrap unwrap_or unwrap_or_else unwrap_or_default expect ok err is_some is_none is_ok is_err clone cloned copied "
    "iter iter_mut into_iter collect map_err and_then or_else ok_or ok_or_else as_ref as_mut as_str as_bytes to_string "
    "to_owned into from try_into borrow borrow_mut len is_empty push_str contains contains_key lock next take skip "
    "chain zip rev enumerate fold any all min max sum first last insert poll fmt eq cmp hash drop default deref "
    "equals hashCode toString getClass compareTo put putAll containsKey isEmpty stream length charAt append getName "
    "getValue getKey getMessage printStackTrace println print printf valueOf iterator hasNext size begin end rbegin "
    "rend push_back emplace_back pop_back front back c_str str data at empty reserve resize find erase emplace swap "
    "second count reset release each each_with_index select reject inject collect detect to_s to_i to_a to_h to_sym "
    "nil? empty? include? respond_to? is_a? new freeze dup merge fetch tap call then puts "
    "ToString Equals GetHashCode GetType Add Remove Contains Count Select Where First FirstOrDefault ToList ToArray "
    "Any All Dispose Invoke ConfigureAwait"
)
COMMON_METHODS: Final = frozenset(f"{_PYTHON} {_PYTHON_BUILTIN} {_SCRIPT} {_GO} {_OTHER}".split())

_C: Final = (
    "printf fprintf sprintf snprintf vsnprintf vfprintf vprintf vsprintf puts fputs putchar fputc getc fgets fopen "
    "fclose fread fwrite fflush fseek ftell feof ferror rewind remove rename perror scanf sscanf fscanf malloc "
    "calloc realloc free abort exit atexit system getenv setenv qsort bsearch rand srand random srandom abs labs "
    "strtol strtoul strtoll strtoull strtod strtof atoi atol atoll atof memcpy memmove memset memcmp memchr strcpy "
    "strncpy strcat strncat strcmp strncmp strcasecmp strncasecmp strchr strrchr strstr strlen strnlen strdup "
    "strndup strtok strtok_r strerror strcspn strspn strpbrk strcoll strlcpy strlcat isalpha isdigit isalnum "
    "isspace isupper islower isprint ispunct isxdigit toupper tolower assert static_assert offsetof va_start va_end "
    "va_arg va_copy va_list setjmp longjmp signal sigaction raise kill time clock difftime mktime gmtime localtime "
    "gmtime_r localtime_r strftime gettimeofday clock_gettime usleep sleep nanosleep open close read write lseek "
    "fsync fstat stat unlink mkdir rmdir pipe dup dup2 fork exec execve wait waitpid select poll socket bind listen "
    "accept connect send recv sendto recvfrom getsockopt setsockopt htons htonl ntohs ntohl inet_ntop inet_pton "
    "getaddrinfo freeaddrinfo pthread_create pthread_join mmap munmap sin cos tan sqrt pow exp log log10 floor ceil "
    "round fabs fmod isnan isinf NULL EOF bool true false errno stdin stdout stderr size_t ssize_t off_t pid_t "
    "time_t FILE DIR int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t ptrdiff_t "
    "UINT_MAX INT_MAX INT_MIN LONG_MAX LONG_MIN SIZE_MAX"
)
C_LIBRARY: Final = frozenset(_C.split())
"""Names that C programs have from their library. A project that defines one for a system that lacks it is not meant."""

C_WORDS: Final = frozenset(
    b"auto bool char const double enum extern float inline int long register restrict short signed sizeof static "
    b"struct typedef union unsigned void volatile size_t ssize_t __func__ __FUNCTION__ __FILE__ __LINE__ this".split()
)
"""Words of C itself, which stand where names do when they are given to a macro."""
