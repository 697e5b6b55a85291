(object_reference name: (_) @name)
(create_schema (identifier) @name) @definition.module
(create_type (object_reference) (enum_elements) @body) @definition.enum
(create_type (object_reference)) @definition.type
(enum_elements enum_element: (literal) @definition.member @name)
(create_table (object_reference)) @definition.struct
(column_definitions (column_definition name: (_) @name) @definition.field)
(create_view (object_reference)) @definition.type
(create_materialized_view (object_reference)) @definition.type
(create_function (object_reference)) @definition.function
(create_trigger (object_reference)) @definition.function
(create_index column: (identifier) @name) @definition.constant
(create_sequence (object_reference)) @definition.variable
(column_definitions) @body
(create_query) @body
(function_body) @body
(ERROR) @error
