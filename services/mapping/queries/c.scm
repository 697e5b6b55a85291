; What C and C++ share
(function_definition) @definition.function
(struct_specifier name: (_) body: (_)) @definition.struct
(union_specifier name: (_) body: (_)) @definition.struct
(enum_specifier name: (_) body: (_)) @definition.enum
(enumerator name: (identifier) @definition.member)
(type_definition type: (struct_specifier body: (_))) @definition.struct
(type_definition type: (union_specifier body: (_))) @definition.struct
(type_definition type: (enum_specifier body: (_))) @definition.enum
(type_definition) @definition.type
(field_declaration declarator: (field_identifier) @definition.field)
(pointer_declarator (field_identifier) @definition.field)
(array_declarator declarator: (field_identifier) @definition.field)
(preproc_def) @definition.macro
(preproc_function_def) @definition.macro
(translation_unit (declaration) @variables)
(declaration_list (declaration) @variables)
(preproc_ifdef (declaration) @variables)
(preproc_if (declaration) @variables)
(preproc_elif (declaration) @variables)
(preproc_else (declaration) @variables)

(call_expression function: [(identifier) (field_expression)] @reference.call)
(type_identifier) @reference.type
(initializer_list (identifier) @reference.name)
(initializer_pair value: (identifier) @reference.name)
(argument_list (identifier) @maybe.name)
(init_declarator value: (identifier) @maybe.name)
(assignment_expression right: (identifier) @maybe.name)
(return_statement (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(unary_expression (identifier) @maybe.name)
(pointer_expression argument: (identifier) @maybe.name)
(subscript_expression (identifier) @maybe.name)
(case_statement value: (identifier) @maybe.name)
(conditional_expression (identifier) @maybe.name)
(parenthesized_expression (identifier) @maybe.name)
(array_declarator size: (identifier) @maybe.name)

(declaration declarator: (function_declarator declarator: (identifier) @declares))
(declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @declares)))
(declaration (storage_class_specifier) declarator: (identifier) @declares)
(declaration (storage_class_specifier) declarator: (pointer_declarator declarator: (identifier) @declares))

(preproc_include) @import
(ERROR) @error
(parenthesized_declarator (pointer_declarator declarator: (identifier) @hides))
