(variable_declaration . (identifier) @name)
(variable_declaration "const" . (identifier) @name)
(variable_declaration "var" . (identifier) @name)
(variable_declaration (struct_declaration) @body) @definition.struct
(variable_declaration (enum_declaration) @body) @definition.enum
(variable_declaration (union_declaration) @body) @definition.struct
(variable_declaration (error_set_declaration) @body) @definition.enum
(variable_declaration (opaque_declaration) @body) @definition.type
(source_file (variable_declaration "const") @definition.otherwise_constant)
(source_file (variable_declaration "var") @definition.variable)
(struct_declaration (variable_declaration "const") @definition.otherwise_constant)
(struct_declaration (variable_declaration "var") @definition.variable)
(union_declaration (variable_declaration "const") @definition.otherwise_constant)
(enum_declaration (variable_declaration "const") @definition.otherwise_constant)
(struct_declaration (container_field . (_) @name) @definition.field)
(union_declaration (container_field . (_) @name) @definition.field)
(enum_declaration (container_field . (_) @name) @definition.member)
(error_set_declaration (identifier) @definition.member @name)
(function_declaration name: (identifier) @name) @definition.function
(test_declaration [(string) (identifier)] @name (block) @body) @definition.function
((variable_declaration (builtin_function (builtin_identifier) @_word)) @import (#eq? @_word "@import"))
(ERROR) @error
