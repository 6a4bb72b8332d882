namespace NetRoom.Sandbox.Answers;

/// <summary>A narrow Markdown table and a wide one.</summary>
internal static class Tables
{
    public static string Text(Prompt prompt) =>
        prompt.IsRussian
            ? """
                ### Узкая таблица

                | Планета | Спутников |
                |---|---:|
                | Земля | 1 |
                | Марс | 2 |
                | Нептун | 16 |

                ### Широкая таблица

                | Планета | Тип | Радиус, км | Масса, 10²⁴ кг | Плотность, г/см³ | Сутки, ч | Год, сут | Наклон оси | Атмосфера | Заметка |
                |:---|:---:|---:|---:|---:|---:|---:|---:|:---|:---|
                | Меркурий | каменная | 2 440 | 0,330 | 5,43 | 4 222,6 | 88,0 | 0,03° | почти нет | самая малая планета |
                | Венера | каменная | 6 052 | 4,87 | 5,24 | 2 802,0 | 224,7 | 177,4° | CO₂, N₂ | вращается `в обратную сторону` |
                | Земля | каменная | 6 371 | 5,97 | 5,51 | 24,0 | 365,2 | 23,4° | N₂, O₂ | **единственная** с океанами |
                | Марс | каменная | 3 390 | 0,642 | 3,93 | 24,7 | 687,0 | 25,2° | CO₂ | гора высотой 22 км |
                | Юпитер | газовая | 69 911 | 1 898 | 1,33 | 9,9 | 4 331 | 3,1° | H₂, He | тяжелее всех остальных вместе |
                """
            : """
                ### A narrow table

                | Planet | Moons |
                |---|---:|
                | Earth | 1 |
                | Mars | 2 |
                | Neptune | 16 |

                ### A wide table

                | Planet | Kind | Radius, km | Mass, 10²⁴ kg | Density, g/cm³ | Day, h | Year, days | Axial tilt | Atmosphere | Note |
                |:---|:---:|---:|---:|---:|---:|---:|---:|:---|:---|
                | Mercury | rocky | 2,440 | 0.330 | 5.43 | 4,222.6 | 88.0 | 0.03° | almost none | the smallest planet |
                | Venus | rocky | 6,052 | 4.87 | 5.24 | 2,802.0 | 224.7 | 177.4° | CO₂, N₂ | turns `the other way` |
                | Earth | rocky | 6,371 | 5.97 | 5.51 | 24.0 | 365.2 | 23.4° | N₂, O₂ | the **only one** with oceans |
                | Mars | rocky | 3,390 | 0.642 | 3.93 | 24.7 | 687.0 | 25.2° | CO₂ | a mountain 22 km high |
                | Jupiter | gas | 69,911 | 1,898 | 1.33 | 9.9 | 4,331 | 3.1° | H₂, He | heavier than all the others together |
                """;
}
