{
  'variables': { 'sanitize%': 0, 'threads%': 0, 'posix%': 0, 'faults%': 0 },
  'targets': [{
    'target_name': 'berkeley',
    'sources': ['<!@(ls *.cc */*.cc)'],
    'include_dirs': ['.'],
    'defines': ['NAPI_VERSION=8'],
    'cflags!': ['-fno-exceptions'],
    'cflags_cc!': ['-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
    'cflags_cc': ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti'],
    # A lookup thread may outlive the last environment that loaded the addon: its code must stay mapped.
    'ldflags': ['-Wl,-z,nodelete', '-pthread'],
    'conditions': [
      # Linux compiled as any other Unix: see platform/platform.h.
      ['posix==1', { 'defines': ['BERKELEY_POSIX'] }],
      # The backend of readiness/ is chosen by file.
      ['OS=="linux" and posix==0', { 'sources!': ['readiness/epoll_absent.cc'] }, { 'sources!': ['readiness/epoll.cc'] }],
      # Without sanitizers, which bring their own, the addon needs no C++ library of the system.
      ['OS=="linux" and sanitize==0 and threads==0', {
        'ldflags': ['-static-libstdc++', '-static-libgcc', '-Wl,--exclude-libs,ALL'],
      }],
      # The linker puts the fault switch under the addon's calls: see faults/switch.h.
      ['faults==1', {
        'sources!': ['faults/faults_absent.cc'],
        'ldflags': ['<!@(sed -n "s/,.*//; s/^[A-Z][A-Z]*[^a-z]/-Wl,--wrap=/p" faults/calls.inc)'],
      }, { 'sources!': ['faults/faults.cc', 'faults/switch.cc', 'faults/wrapped.cc'] }],
      ['sanitize==1', {
        # The check of vptr needs free descriptors, of which some tests leave none, and run-time types, which we lack.
        'cflags_cc': ['-fsanitize=address,undefined', '-fno-sanitize=vptr', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer', '-O1', '-g'],
        'ldflags': ['-fsanitize=address,undefined'],
      }],
      ['threads==1', {
        'cflags_cc': ['-fsanitize=thread', '-fno-omit-frame-pointer', '-O1', '-g'],
        'ldflags': ['-fsanitize=thread'],
      }],
    ],
  }],
}
